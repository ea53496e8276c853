"""The way in: from columns as they come to sorted events, with nothing silent."""
