package torpor.daemon;

import java.util.List;
import java.util.concurrent.CompletionStage;
import torpor.api.access.KeyStore;
import torpor.engine.store.ApiKey;
import torpor.engine.store.JobStore;

/// API keys, in the store.
record StoredKeys(JobStore store) implements KeyStore {
  @Override
  public CompletionStage<Void> add(ApiKey key) {
    return store.addApiKey(key);
  }

  @Override
  public CompletionStage<List<ApiKey>> all() {
    return store.apiKeys();
  }

  @Override
  public CompletionStage<Boolean> remove(String id) {
    return store.removeApiKey(id);
  }
}
