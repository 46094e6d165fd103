-- When what readers see last changed, so that feeds and caches are told so once and never earlier times after later ones.

alter table issue
  -- when readers first got another text under the same address: a published correction; null where there was none
  add column revised_at timestamptz,
  -- when it was last published, corrected or withdrawn; null for what never was public
  add column changed_at timestamptz;
update issue i set
  revised_at = case when r.created_at > i.published_at then r.created_at end,
  changed_at = greatest(i.published_at, r.created_at, i.withdrawn_at)
from revision r
where r.issue_id = i.id and r.number = i.published_revision and r.edit = i.published_edit;

alter table newsletter add column changed_at timestamptz not null default now();
update newsletter set changed_at = created_at;
