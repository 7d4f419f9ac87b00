"""`/metrics`: figures for whoever watches over the service, in the format of Prometheus; nothing personal."""
