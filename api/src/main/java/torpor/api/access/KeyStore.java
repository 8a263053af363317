package torpor.api.access;

import java.util.List;
import java.util.concurrent.CompletionStage;
import torpor.engine.store.ApiKey;

/// Where API keys are kept; their digests only.
public interface KeyStore {
  CompletionStage<Void> add(ApiKey key);

  CompletionStage<List<ApiKey>> all();

  /// @return whether there was one
  CompletionStage<Boolean> remove(String id);
}
