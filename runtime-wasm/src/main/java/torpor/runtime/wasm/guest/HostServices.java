package torpor.runtime.wasm.guest;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What a guest asks of the engine without being suspended. Called on the guest's thread, which
/// waits; an error is a {@link CallFailedException}.
public interface HostServices {
  /// Takes every signal of that name that is there, and gives their payloads, oldest first.
  List<byte[]> takeSignals(String name);

  byte[] params();

  byte[] metadata();

  /// @param percent NaN for none
  void progress(double percent, Optional<String> message);

  /// @return a handle above 0
  long lock(Duration ttl);

  void unlock(long handle);

  /// Durable when it returns.
  void exit(int code, byte[] output);
}
