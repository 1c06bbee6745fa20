"""What one person should see now, free of vendor words. Pure; each platform has one encoder beside it."""
