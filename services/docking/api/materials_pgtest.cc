#include "services/docking/api/materials.h"
#include "services/docking/api/send_referral.h"
#include "services/docking/testing/docking_fixture.h"

namespace maplebridge::docking {
namespace {

class MaterialsTest : public DockingTest {
 protected:
  absl::Status Download(Call call, const std::string& name, std::string* bytes) {
    v1::DownloadMaterialRequest request;
    request.set_name(name);
    FakeWriter writer;
    absl::Status status = Run(DownloadMaterial(docking(), call, request, writer));
    bytes->clear();
    for (const v1::DownloadMaterialResponse& message : writer.messages) {
      EXPECT_LE(message.chunk().size(), 1u << 20);
      *bytes += message.chunk();
    }
    return status;
  }
};

// Two and a half chunks of bytes that do not repeat at the chunk's length.
std::string LargeFile() {
  std::string bytes;
  for (std::size_t i = 0; bytes.size() < 5 << 19; ++i) bytes += std::to_string(i * 7919);
  return bytes;
}

TEST_F(MaterialsTest, AFileComesBackByteForByteAndIsSealedAtRest) {
  const v1::Referral referral = Guide();
  const std::string bytes = LargeFile();
  auto material = Upload(referral.name(), bytes);
  ASSERT_TRUE(material.ok()) << material.status();
  EXPECT_EQ(material->name(), referral.name() + "/materials/1");
  EXPECT_EQ(material->sha256(), Sha256(bytes));
  EXPECT_EQ(material->sm3().size(), 64u);
  EXPECT_EQ(Get(referral.name()).materials_size(), 1);
  EXPECT_EQ(Value("SELECT count(*) FROM content_chunks"), "3");
  EXPECT_EQ(Value("SELECT count(*) FROM content_chunks WHERE position('" + bytes.substr(0, 20) +
                  "'::bytea IN bytes) > 0"),
            "0");
  std::string back;
  absl::Status status = Download(CourtCall(), material->name(), &back);
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(back, bytes);
  EXPECT_EQ(EventsOf(referral.name()), "OfferGuidance AddMaterial");
}

TEST_F(MaterialsTest, BytesThatAreNotThoseAnnouncedAreRefusedAndNothingIsStored) {
  const std::string name = Guide().name();
  auto attempt = [&](std::int64_t size, const std::string& digest, const std::string& bytes) {
    FakeReader reader;
    v1::MaterialHeader& header = *reader.messages.emplace_back().mutable_header();
    header.set_referral(name);
    header.mutable_material()->set_title("证据");
    header.mutable_material()->set_media_type("image/png");
    header.mutable_material()->set_size(size);
    header.mutable_material()->set_sha256(digest);
    reader.messages.emplace_back().set_chunk(bytes);
    Call call = CourtCall();
    return Run(UploadMaterial(docking(), call, reader)).status();
  };
  for (const absl::Status& status :
       {attempt(3, Sha256("abd"), "abc"), attempt(4, Sha256("abc"), "abc"),
        attempt(2, Sha256("abc"), "abc")}) {
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(ReasonOf(status), reason::kDigestDiffers);
  }
  EXPECT_EQ(ReasonOf(attempt(209715201, Sha256("abc"), "abc")), reason::kFieldInvalid);
  EXPECT_EQ(ReasonOf(attempt(3, "ABC", "abc")), reason::kFieldInvalid);
  EXPECT_EQ(Value("SELECT count(*) FROM materials"), "0");
  EXPECT_EQ(Value("SELECT count(*) FROM contents"), "0");
  EXPECT_EQ(Get(name).revision(), 1);
}

TEST_F(MaterialsTest, ARepeatedUploadIsOneMaterialAndTheSameBytesAreKeptOnce) {
  const std::string name = Guide().name();
  const std::string id = NewRequestId();
  auto first = Upload(name, "abc", id);
  auto again = Upload(name, "abc", id);
  ASSERT_TRUE(first.ok() && again.ok()) << again.status();
  EXPECT_EQ(first->SerializeAsString(), again->SerializeAsString());
  EXPECT_EQ(ReasonOf(Upload(name, "abd", id).status()), reason::kRequestIdReused);
  auto second = Upload(name, "abc");
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(second->name(), name + "/materials/2");
  EXPECT_EQ(Value("SELECT count(*) FROM contents"), "1");
}

TEST_F(MaterialsTest, OnlyWhoHasTheCaseReadsItsFiles) {
  const v1::Referral referral = Consented();
  auto material = Upload(referral.name(), "abc");
  ASSERT_TRUE(material.ok());
  ASSERT_TRUE(Ask(&SendReferral, CourtCall(), Sending(referral)).ok());
  std::string back;
  EXPECT_TRUE(Download(HeadCall(), material->name(), &back).ok());
  EXPECT_EQ(back, "abc");
  EXPECT_EQ(Download(HeadCall(kOther), material->name(), &back).code(),
            absl::StatusCode::kNotFound);
  EXPECT_EQ(Download(CourtCall("courts/110101"), material->name(), &back).code(),
            absl::StatusCode::kNotFound);
  // With the organisation the file stands fast.
  EXPECT_EQ(ReasonOf(Upload(referral.name(), "abd").status()), reason::kStateForbids);
  v1::DeclineReferralRequest decline;
  decline.set_name(referral.name());
  decline.set_reason(v1::DECLINE_REASON_NO_CAPACITY);
  ASSERT_TRUE(Ask(&DeclineReferral, HeadCall(), decline).ok());
  EXPECT_EQ(Download(HeadCall(), material->name(), &back).code(), absl::StatusCode::kNotFound);
}

TEST_F(MaterialsTest, ChangedBytesAreFoundOut) {
  const v1::Referral referral = Guide();
  auto material = Upload(referral.name(), LargeFile());
  ASSERT_TRUE(material.ok());
  std::string back;
  // Two chunks that each open, in the wrong number.
  Execute("DELETE FROM content_chunks WHERE ordinal = 2");
  absl::Status lost = Download(CourtCall(), material->name(), &back);
  EXPECT_EQ(lost.code(), absl::StatusCode::kDataLoss) << lost;
  Execute("UPDATE content_chunks SET bytes = set_byte(bytes, 5000, 1) WHERE ordinal = 1");
  lost = Download(CourtCall(), material->name(), &back);
  EXPECT_EQ(lost.code(), absl::StatusCode::kDataLoss) << lost;
}

}  // namespace
}  // namespace maplebridge::docking
