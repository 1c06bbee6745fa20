"""Stand-ins for field devices: gas detectors and an anemometer behind an MQTT gateway, a positioning card on JT/T 808.

They speak as docs/hardware-json.md and JT/T 808 say, know nothing of our codecs, and can do what real ones do: fall
silent, stand still, drift, send a wrong unit.
"""
