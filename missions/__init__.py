"""Missions: stops, delegation, programme and meetings."""
