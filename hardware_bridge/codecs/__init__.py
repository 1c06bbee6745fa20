"""Protocol codecs without I/O: bytes in, what a device said out (`hardware_bridge.sample`).

The law of this room:

1. A codec opens no socket, reads no clock and knows no permit. Time enters as an argument where it matters.
2. Bad bytes are never an exception. Whatever cannot be understood becomes one `Trouble`, without the bytes themselves.
3. A stream gives the same answers whether it is fed byte by byte or at once, in time that grows with the bytes and
   with a memory that does not.
4. Numbers are exact decimals from the wire to the sample; a value without unit, quantity or finite figure is none.
5. What a checksum refuses is never looked into.

::

    modbus_rtu → modbus_map       answers of a serial line, registers by a maker's table (policies/devices)
    jt808_frame → jt808_body → jt808_session
    hj212_frame → hj212_packet → hj212_station
    nmea                          sentences → fixes
    json_exact → json_envelope | json_map
    signed_push, ibeacon
    profiles                      the files of policies/devices · figures, measures, crc: what several share
"""
