// One installation of the suite: its folder var, its ports, its files. Reads what deploy/up wrote;
// works, as far as it can, on one that is broken.
#pragma once

#include <absl/status/statusor.h>

#include <map>
#include <string>
#include <vector>

namespace maplebridge::maplectl {

// A process of the suite by its place in the port range.
struct ProcessPlace {
  std::string name;
  int port_offset;          // what it serves
  int metrics_port_offset;  // 0 when it has none
  bool has_database;
};
const std::vector<ProcessPlace>& ProcessPlaces();

class Installation {
 public:
  // `var`: empty for the folder var of the repository that this program was built in.
  static Installation Open(const std::string& var);

  const std::string& var() const { return var_; }
  const std::string& repository() const { return repository_; }
  // False when deploy/up has never run here.
  bool exists() const { return exists_; }
  int port_base() const { return port_base_; }
  int PortOf(int offset) const { return port_base_ + offset; }
  // A file below var.
  std::string Path(const std::string& below) const { return var_ + "/" + below; }
  // The libpq settings of a service's own database.
  std::string ConninfoOf(const std::string& service) const;
  std::string protoset() const;
  // "deploy/up" with the options that mean this installation.
  std::string UpCommand() const;
  // Stops this installation.
  std::string DownCommand() const;
  // A value of var/etc/suite.env; empty when absent.
  std::string Setting(const std::string& name) const;

 private:
  std::string var_;
  std::string repository_;
  bool exists_ = false;
  bool is_default_ = true;
  int port_base_ = 7400;
  std::map<std::string, std::string> settings_;
};

// NOT_FOUND or PERMISSION_DENIED with the path and the reason.
absl::StatusOr<std::string> ReadFile(const std::string& path);

}  // namespace maplebridge::maplectl
