"""OUTPUTS: sirens, doors, turnstiles, ignitions. What they are told is time-limited, and what they do is read back."""
