package torpor.wire;

import java.time.Instant;

/// A new API key.
///
/// @param key the key itself; shown this once, stored nowhere
public record KeyCreated(String id, String name, String key, Instant createdAt) {}
