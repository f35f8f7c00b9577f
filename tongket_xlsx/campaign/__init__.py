"""What is kept of a campaign: its folder, settings, units, ledger and originals.

Nothing received is lost, and whoever reads sees one state of it.
"""
