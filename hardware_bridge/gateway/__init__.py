"""The site gateway: hears devices beside the plant, keeps what they say on disk, and hands it to the main house.

`spool` keeps, `batch` is what goes over the link, `link` carries it, `service` is the gateway itself. The house's end
of the link is `hardware_bridge.sources.gateways` behind `bot.gateway_port`.
"""
