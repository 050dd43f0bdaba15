"""The ground floor: what every app uses and none owns. No domain noun lives here."""
