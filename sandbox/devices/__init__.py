"""Stand-ins for field devices: gas detectors, a weather station and a tag behind an MQTT gateway, relays on Modbus.

They speak as docs/hardware-json.md and Modbus say, know nothing of our codecs, and can do what real ones do: fall
silent, stand still, drift, send a wrong unit.
"""
