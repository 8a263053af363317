package torpor.wire.instance;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;
import java.util.Optional;

/// Stops an instance.
///
/// @param grace how long its program may take to end; 10 s where left out
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record StopRequest(Optional<Duration> grace) {
  public static final StopRequest USUAL = new StopRequest(Optional.empty());
}
