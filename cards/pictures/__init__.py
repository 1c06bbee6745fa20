"""Pictures: watermarks on evidence photos, QR codes. CPU-bound: called in a thread, never inside a transaction."""
