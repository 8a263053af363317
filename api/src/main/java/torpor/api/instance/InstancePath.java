package torpor.api.instance;

import io.javalin.http.Context;
import torpor.api.http.RefusedException;
import torpor.core.instance.Instance;
import torpor.core.instance.InstanceId;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.refusal.Reply;
import torpor.engine.caller.Instances;

/// The instance that a caller's path names: by name, by id, or by the beginning of an id that only
/// one instance has.
public final class InstancePath {
  private InstancePath() {}

  /// @throws RefusedException where there is none
  public static InstanceId id(Context context, Instances instances) {
    return id(context.pathParam("id"), instances);
  }

  /// @throws RefusedException where there is none
  public static InstanceId id(String text, Instances instances) {
    return switch (instances.resolve(text)) {
      case Reply.Done<InstanceId>(InstanceId id) -> id;
      case Reply.Refused<InstanceId>(Refusal why) -> throw new RefusedException(why);
    };
  }

  public static Instance instance(Context context, Instances instances) {
    return instance(id(context, instances), instances);
  }

  /// @throws RefusedException where it is gone
  public static Instance instance(InstanceId id, Instances instances) {
    return instances.get(id).orElseThrow(() -> gone(id));
  }

  static RefusedException gone(InstanceId id) {
    return RefusedException.of(
        RefusalCode.INSTANCE_NOT_FOUND,
        "there is no instance " + id,
        "List the instances that exist.");
  }
}
