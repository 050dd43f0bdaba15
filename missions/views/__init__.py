"""The pages of missions and meetings."""
