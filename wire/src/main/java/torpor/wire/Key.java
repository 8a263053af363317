package torpor.wire;

import java.time.Instant;

/// An API key, without its secret.
public record Key(String id, String name, Instant createdAt) {}
