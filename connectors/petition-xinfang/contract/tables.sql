-- The staging tables between the petition system and the hub (domain.md 1.8, as in 1.3). Types, keys, the joining column
-- xfjbh, the order column xh, sjcs (tries), gxsj (when the row last changed), the tables *_ZR for what is handed over, the
-- columns of their answer (xfjbh xfjzt clsj sbdm sbyy) and all hub_* are assumed. An index on sjjhzt is needed.
CREATE TABLE IF NOT EXISTS "INTERFACE_XFJ" (
  "xfjbh" varchar(38) PRIMARY KEY,
  "xfjid" text, "sxfjbh" text, "lybh" text, "ywlsh" text, "ssah" text, "cfjbh" text, "xfrq" text, "slrq" text,
  "xfxs" text, "xfrs" text, "sjrs" text, "djjgmc" text, "djjgdm" text, "gkxx" text, "tsnr" text, "xfjzt" text,
  "bjgccbz" text, "qgccbz" text, "cfxfbz" text, "wtsddm" text, "nrfldm" text, "nrflmc" text, "xfmddm" text,
  "xfyydm" text, "sksflbz" text, "fcbz" text, "fhbz" text, "bjbz" text, "lmbz" text, "gkbz" text, "zdjjbz" text,
  "nmbz" text, "yybz" text, "rdwt" text, "ssxt" text, "xbjzsj" text, "bfyrjb" text, "bfyrzw" text, "bfyrhdw" text,
  "blcx" text, "mydpj" text,
  "sjjhzt" varchar(2) NOT NULL DEFAULT '0',
  "sjcs" integer,
  "gxsj" timestamp(6) NOT NULL DEFAULT current_timestamp,
  "hub_by" varchar(100),
  "hub_at" timestamp(6),
  "hub_note" varchar(100)
);
CREATE INDEX IF NOT EXISTS "INTERFACE_XFJ_sjjhzt" ON "INTERFACE_XFJ" ("sjjhzt");
CREATE TABLE IF NOT EXISTS "INTERFACE_XFR" (
  "xh" serial,
  "xfjbh" varchar(38) NOT NULL,
  "xfrid" text, "xfjid" text, "xm" text, "xb" text, "zjlx" text, "zjhm" text, "lxdh" text, "czdz" text, "dbbz" text
);
CREATE INDEX IF NOT EXISTS "INTERFACE_XFR_xfjbh" ON "INTERFACE_XFR" ("xfjbh");
CREATE TABLE IF NOT EXISTS "INTERFACE_BLFS" (
  "xh" serial,
  "xfjbh" varchar(38) NOT NULL,
  "blfs" text, "bljg" text, "bljgdm" text, "blsj" text, "qxjg" text, "qxjgdm" text, "hfgznr" text, "xqhbsj" text,
  "dftype" text, "sfyth" text
);
CREATE INDEX IF NOT EXISTS "INTERFACE_BLFS_xfjbh" ON "INTERFACE_BLFS" ("xfjbh");
CREATE TABLE IF NOT EXISTS "INTERFACE_FJ" (
  "xh" serial,
  "xfjbh" varchar(38) NOT NULL,
  "fjid" text, "fjmc" text, "fjlx" text, "fjdx" text, "fjdz" text
);
CREATE INDEX IF NOT EXISTS "INTERFACE_FJ_xfjbh" ON "INTERFACE_FJ" ("xfjbh");
CREATE TABLE IF NOT EXISTS "INTERFACE_XFJ_ZR" (
  "xfjid" varchar(64) PRIMARY KEY,
  "ywlsh" text, "lybh" text, "lyxt" text, "zjjgmc" text, "zjsj" text, "xfrq" text, "xfxs" text, "sjrs" text,
  "gkxx" text, "tsnr" text, "wtsddm" text, "nrfldm" text, "nrflmc" text, "xfmddm" text, "lmbz" text, "zdjjbz" text,
  "xbjzsj" text, "bfyrhdw" text,
  "sjjhzt" varchar(2) NOT NULL DEFAULT '0',
  "xfjbh" varchar(38),
  "xfjzt" text,
  "clsj" text,
  "sbdm" text,
  "sbyy" text,
  "hub_event" varchar(64),
  "hub_taken" varchar(2)
);
CREATE INDEX IF NOT EXISTS "INTERFACE_XFJ_ZR_sjjhzt" ON "INTERFACE_XFJ_ZR" ("sjjhzt");
CREATE INDEX IF NOT EXISTS "INTERFACE_XFJ_ZR_hub_taken" ON "INTERFACE_XFJ_ZR" ("hub_taken");
CREATE TABLE IF NOT EXISTS "INTERFACE_XFR_ZR" (
  "xfjid" varchar(64) NOT NULL,
  "xm" text, "xb" text, "zjlx" text, "zjhm" text, "lxdh" text, "czdz" text, "dbbz" text
);
CREATE TABLE IF NOT EXISTS "XF_SJ_BLRESULT" (
  "blid" varchar(64) PRIMARY KEY,
  "ywlsh" text, "xfjbh" text, "xfjclzt" text, "blfs" text, "bldw" text, "blxt" text, "bldh" text, "blsj" text,
  "blsm" text, "dftype" text,
  "sjjhzt" varchar(2) NOT NULL DEFAULT '0',
  "hub_event" varchar(64)
);
