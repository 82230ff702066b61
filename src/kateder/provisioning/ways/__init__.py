"""The ways out: how accounts reach a service. One package each; the registry knows them all."""
