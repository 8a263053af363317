package torpor.api;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// How the server listens and what it takes.
///
/// @param address where it listens; port 0 is any free one. Anything but a loopback address asks
///   callers for API keys
/// @param unixSocket a socket file besides, for local callers; its directory should be private
/// @param guestSocket a socket file besides, for programs in virtual machines: it serves their API
///   only
/// @param keysRequired whether callers on a loopback address need a key, too
public record ApiSettings(
    InetSocketAddress address,
    Optional<Path> unixSocket,
    Optional<Path> guestSocket,
    boolean keysRequired,
    Limits limits) {

  /// Without machines.
  public ApiSettings(
      InetSocketAddress address, Optional<Path> unixSocket, boolean keysRequired, Limits limits) {
    this(address, unixSocket, Optional.empty(), keysRequired, limits);
  }

  /// @param bodyBytes the largest body of a request
  /// @param paramsBytes the largest params of a job
  /// @param outputBytes the largest output of a program
  /// @param signalBytes the largest payload of a signal
  /// @param headerBytes the request line and all headers together
  /// @param connections open at the same time
  /// @param idle a connection without a request is closed after this time, and so is one whose
  ///   other end takes nothing of an answer for as long
  /// @param answerWithin how long the engine may take, beyond what the caller asked to wait
  /// @param longestWait the most a caller may ask to wait in one call
  /// @param keepAlive a stream without news says so this often
  /// @param stopWithin requests in progress have this long when the server closes
  public record Limits(
      int bodyBytes,
      int paramsBytes,
      int outputBytes,
      int signalBytes,
      int headerBytes,
      int connections,
      Duration idle,
      Duration answerWithin,
      Duration longestWait,
      Duration keepAlive,
      Duration stopWithin) {
    public static final Limits DEFAULT =
        new Limits(
            4 << 20,
            1 << 20,
            1 << 20,
            64 << 10,
            16 << 10,
            4_096,
            Duration.ofSeconds(60),
            Duration.ofSeconds(60),
            Duration.ofHours(1),
            Duration.ofSeconds(15),
            Duration.ofSeconds(5));

    /// The same but for the largest body.
    public Limits withBodyBytes(int bytes) {
      return new Limits(
          bytes,
          paramsBytes,
          outputBytes,
          signalBytes,
          headerBytes,
          connections,
          idle,
          answerWithin,
          longestWait,
          keepAlive,
          stopWithin);
    }
  }

  /// Loopback only, no keys.
  public static ApiSettings local(int port, Optional<Path> unixSocket) {
    return new ApiSettings(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
        unixSocket,
        false,
        Limits.DEFAULT);
  }
}
