package torpor.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Optional;

/// Goes on with a failed job.
///
/// @param from `newest` (default), `start`, or a snapshot's number
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record RetryRequest(Optional<RawJson> from) {
  public RetryRequest {
    from = from.filter(json -> !json.isNull());
  }

  public static RetryRequest newest() {
    return new RetryRequest(Optional.empty());
  }

  public static RetryRequest start() {
    return new RetryRequest(Optional.of(new RawJson("\"start\"")));
  }

  public static RetryRequest snapshot(int number) {
    return new RetryRequest(Optional.of(new RawJson(Integer.toString(number))));
  }
}
