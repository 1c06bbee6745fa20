"""A package, since a dependency (gmqtt) installs one of this name, and a bare folder would come after it."""
