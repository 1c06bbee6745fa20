"""PRESENTATION, pure: what one person should see now, and one encoder per platform."""
