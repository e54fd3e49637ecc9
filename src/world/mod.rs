//! Actors and links: clients, application, cache and database servers, faults.
