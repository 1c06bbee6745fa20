"""The few web pages: each checks who is asking."""
