"""The runs over many hosts and domains: manifests to plans and outcomes, over live connections."""
