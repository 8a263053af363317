package torpor.engine.caller;

/// A request the caller may repeat without it being carried out twice.
///
/// @param key the caller's `Idempotency-Key` with the route in front of it
/// @param fingerprint a digest of the request; the same key with another one is refused
public record IdempotentRequest(String key, String fingerprint) {}
