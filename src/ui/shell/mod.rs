//! All that is around the stage: header, story, timeline, ledger, code, settings.
