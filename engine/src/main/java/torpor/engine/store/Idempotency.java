package torpor.engine.store;

/// A request that must not be carried out twice.
///
/// @param key the caller's, at most 255 characters, scoped by the route
/// @param fingerprint a digest of the request; the same key with another one is refused
/// @param answer what the first call was answered, as the API wrote it
public record Idempotency(String key, String fingerprint, String answer) {}
