package torpor.runtime.wasm.guest;

import java.util.Optional;

/// The answer with which a suspended guest goes on.
///
/// @param code what the host call returns; for a signal with a payload, the payload's length is
///   returned instead
/// @param payload the signal that ended a wait
public record Resumption(int code, Optional<byte[]> payload) {
  public static Resumption of(int code) {
    return new Resumption(code, Optional.empty());
  }

  public static Resumption signal(byte[] payload) {
    return new Resumption(0, Optional.of(payload));
  }
}
