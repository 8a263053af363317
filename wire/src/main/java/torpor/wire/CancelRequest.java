package torpor.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Optional;

/// Cancels a job.
///
/// @param by who wants it, shown with the job
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record CancelRequest(Optional<String> by) {}
