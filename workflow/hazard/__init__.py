"""A hazard (隐患): seen, registered, assigned, put right, accepted by somebody else, kept on file."""
