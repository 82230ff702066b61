"""`kateder bench ss12000`: how fast the register is read, beside a bare view and beside the ordinary way."""
