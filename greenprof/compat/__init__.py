"""Other tools' interfaces on greenprof's meters: programs written for them move over by changing an import."""
