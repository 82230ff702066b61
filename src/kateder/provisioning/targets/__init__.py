"""Where services take deliveries: keeping them, finding their address, looking at their door."""
