"""The base of everything else: errors for the person, whole files, settings, plug-ins, reports of progress."""
