"""One file per transport: what carries bytes to a codec and what it says to the sink."""
