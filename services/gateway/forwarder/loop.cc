#include "services/gateway/forwarder/loop.h"

#include <algorithm>
#include <boost/asio/post.hpp>

namespace maplebridge::gateway {

Loop::Loop(const LoopParts& parts)
    : catalogue_(*parts.catalogue),
      limits_(parts.limits),
      gatekeeper_(parts.directory, TokenVerifier(parts.token_issuer_key), parts.signer,
                  *parts.limiter),
      call_log_(*parts.catalogue, *parts.audit),
      health_(*parts.catalogue, [this](const std::string& backend) { return IsUp(backend); }),
      reflection_(*parts.catalogue) {
  for (const BackendAddress& address : parts.backends) {
    auto pool = std::make_unique<BackendPool>(flush_queue_, address, parts.backend_tls,
                                              parts.connections_per_backend);
    HealthProbe* probe =
        probes_.emplace(address.name, std::make_unique<HealthProbe>(*pool)).first->second.get();
    pool->set_on_change([this, probe] {
      // A service that can be reached again is asked at once, but not from within its own answer.
      boost::asio::post(io_, [probe] { probe->Tick(); });
      health_.NotifyWatchers();
    });
    pools_.emplace(address.name, std::move(pool));
  }
}

void Loop::Start() {
  for (const auto& [name, pool] : pools_) pool->Start();
  Tick();
}

void Loop::Tick() {
  ticker_.expires_after(std::chrono::seconds(1));
  ticker_.async_wait([this](boost::system::error_code error) {
    if (error) return;
    const absl::Time now = absl::Now();
    std::vector<std::shared_ptr<Guest>> guests;
    guests.reserve(guests_.size());
    for (const auto& [key, guest] : guests_) guests.push_back(guest);
    for (const auto& guest : guests) guest->Tick(now);
    for (const auto& [name, probe] : probes_) probe->Tick();
    // Another loop may have lost or found a service.
    health_.NotifyWatchers();
    call_log_.Flush();
    Tick();
  });
}

void Loop::Enter(std::shared_ptr<Guest> guest) {
  Guest* key = guest.get();
  guests_.emplace(key, std::move(guest));
  call_log_.open_connections() = static_cast<int64_t>(guests_.size());
}

void Loop::Leave(Guest& guest) {
  guests_.erase(&guest);
  call_log_.open_connections() = static_cast<int64_t>(guests_.size());
  if (guests_.empty() && on_empty_) boost::asio::post(io_, std::exchange(on_empty_, nullptr));
}

void Loop::Drain(std::function<void()> on_empty) {
  is_draining_ = true;
  health_.StopServing();
  if (guests_.empty()) {
    on_empty();
    return;
  }
  on_empty_ = std::move(on_empty);
  std::vector<std::shared_ptr<Guest>> guests;
  for (const auto& [key, guest] : guests_) guests.push_back(guest);
  for (const auto& guest : guests) guest->Drain();
}

void Loop::Stop() {
  on_empty_ = nullptr;
  std::vector<std::shared_ptr<Guest>> guests;
  for (const auto& [key, guest] : guests_) guests.push_back(guest);
  for (const auto& guest : guests) guest->CloseNow();
  for (const auto& [name, pool] : pools_) pool->Stop();
  call_log_.Flush();
  io_.stop();
}

bool Loop::IsUp(const std::string& backend) const {
  return !all_loops_.empty() &&
         std::all_of(all_loops_.begin(), all_loops_.end(), [&](const Loop* loop) {
           const auto pool = loop->pools_.find(backend);
           const auto probe = loop->probes_.find(backend);
           return pool != loop->pools_.end() && pool->second->was_up() &&
                  probe->second->is_serving();
         });
}

BackendPool* Loop::Pool(const std::string& backend) {
  const auto found = pools_.find(backend);
  return found == pools_.end() ? nullptr : found->second.get();
}

}  // namespace maplebridge::gateway
