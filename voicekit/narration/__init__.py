"""A script to a narrated film: job, speak, take, mix; see timing/, subtitles/ and report/."""
