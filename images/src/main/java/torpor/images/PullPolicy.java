package torpor.images;

/// Whether the source is asked when an image is needed whose name is known here. Asking explicitly
/// for a fetch always asks the source; a digest never needs to be asked about.
public enum PullPolicy {
  /// Only where the image is not here.
  MISSING,
  /// Each time, so that a tag that has moved is followed.
  ALWAYS
}
