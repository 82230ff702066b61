"""Learning resources, the services they run on and the providers behind them."""
