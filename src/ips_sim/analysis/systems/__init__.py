"""Systems of sites: services that convert, communities of programmes, regions that share jobs."""
