"""DEVICES in and out: codecs without I/O, one source per transport."""
