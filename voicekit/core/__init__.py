"""What everything else stands on: errors for the person, whole files, settings, plug-ins, reports of progress."""
