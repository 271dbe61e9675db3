-- The staging tables between the call centre and the hub (domain.md 1.3). Types, keys, the joining column xfjbh in all
-- four, gxsj (when the row last changed) and the three columns hub_* are assumed. An index on sjjhzt is needed.
CREATE TABLE IF NOT EXISTS "INTERFACE_LDDJ" (
  "xfjbh" varchar(38) PRIMARY KEY,
  "xzqh" text, "storeid" text, "sxfjbh" text, "xfxs" text, "gh" text, "djsj" text, "xm" text, "wtsd" text,
  "ldhm" text, "lxdh" text, "xb" text, "czdz" text, "xfmd" text, "nrfl" text, "yxj" text, "xbsj" text,
  "qgccxfbz" text, "sfxfj" text, "sfgk" text, "fynr" text, "clqk" text, "zjlx" text, "zjhm" text, "bt" text,
  "ldzt" text, "cxm" text, "lhxfjid" text, "issecret" text, "oldOrderNum" text, "isRehandle" text, "visitTime" text,
  "visitIsSolved" text, "visitIsSatisfaction" text, "visitRemark" text,
  "sjjhzt" varchar(2) NOT NULL DEFAULT '0',
  "gxsj" timestamp(6) NOT NULL DEFAULT current_timestamp,
  "hub_by" varchar(100),
  "hub_at" timestamp(6),
  "hub_note" varchar(100)
);
CREATE INDEX IF NOT EXISTS "INTERFACE_LDDJ_sjjhzt" ON "INTERFACE_LDDJ" ("sjjhzt");
CREATE TABLE IF NOT EXISTS "INTERFACE_XFJ" (
  "xfjbh" varchar(38) NOT NULL,
  "xfjid" text, "xfrq" text, "xfrs" text, "sjrs" text, "xfjzt" text, "wtsddm" text, "nrfldm" text, "zdjjbz" text,
  "nmbz" text, "yybz" text, "lmbz" text, "xbjzsj" text, "bfyrhdw" text
);
CREATE INDEX IF NOT EXISTS "INTERFACE_XFJ_xfjbh" ON "INTERFACE_XFJ" ("xfjbh");
CREATE TABLE IF NOT EXISTS "INTERFACE_XFR" (
  "xfjbh" varchar(38) NOT NULL,
  "xfrid" text, "xfjid" text
);
CREATE INDEX IF NOT EXISTS "INTERFACE_XFR_xfjbh" ON "INTERFACE_XFR" ("xfjbh");
CREATE TABLE IF NOT EXISTS "INTERFACE_BLFS" (
  "xfjbh" varchar(38) NOT NULL,
  "blfs" text, "bljg" text, "bljgdm" text, "blsj" text, "qxjg" text, "qxjgdm" text, "hfgznr" text, "xqhbsj" text,
  "dftype" text, "sfyth" text
);
CREATE INDEX IF NOT EXISTS "INTERFACE_BLFS_xfjbh" ON "INTERFACE_BLFS" ("xfjbh");
CREATE TABLE IF NOT EXISTS "XF_SJ_BLRESULT" (
  "blid" varchar(64) PRIMARY KEY,
  "sxfjbh" text, "xfjbh" text, "xfjclzt" text, "blfs" text, "bldw" text, "blsj" text, "blsm" text, "dftype" text,
  "sjjhzt" varchar(2) NOT NULL DEFAULT '0'
);
